import type { DeviceId, DeviceLabel } from "#wire";

/** Names and icons of devices; a device without either is not in it. */
export class Labels {
  /** Grows with every change. */
  version = 0;
  readonly #labels = new Map<DeviceId, DeviceLabel>();

  /** What to call the device. */
  name(id: DeviceId): string {
    return this.#labels.get(id)?.name || id;
  }

  /** Name and icon as they were given. */
  get(id: DeviceId): DeviceLabel {
    return this.#labels.get(id) ?? {};
  }

  /** An absent key stays as it is, an empty string removes it. */
  put(id: DeviceId, label: { readonly name?: string | undefined; readonly icon?: string | undefined }): void {
    const { name = this.get(id).name, icon = this.get(id).icon } = label;
    this.version++;
    this.#labels.set(id, { ...(name && { name }), ...(icon && { icon }) });
  }
}
