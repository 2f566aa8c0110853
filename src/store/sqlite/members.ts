import type { EpochMs } from "#geo";
import type {
  InvitationRecord,
  Invitations,
  Member,
  MemberRecord,
  Members,
  Membership,
  PasswordResetRecord,
  PersonId,
  PersonRecord,
} from "#ports";
import type { WorkspaceId } from "#wire";
import type { ReaderCalls } from "./reader-calls.ts";
import type { Remote } from "./remote.ts";
import type { StoreCalls } from "./store-calls.ts";

/** People and members in `store.sqlite`. */
export class SqliteMembers implements Members {
  readonly #store: Remote<StoreCalls>;
  readonly #reader: Remote<ReaderCalls>;

  constructor(store: Remote<StoreCalls>, reader: Remote<ReaderCalls>) {
    this.#store = store;
    this.#reader = reader;
  }

  person(id: PersonId): Promise<PersonRecord | undefined> {
    return this.#reader.call("person", { id });
  }

  byEmail(email: string): Promise<PersonRecord | undefined> {
    return this.#reader.call("person", { email });
  }

  update(person: Pick<PersonRecord, "id" | "name" | "password">): Promise<boolean> {
    return this.#store.call("updatePerson", person);
  }

  list(workspace: WorkspaceId): Promise<readonly Member[]> {
    return this.#reader.call("members", { workspace });
  }

  async get(workspace: WorkspaceId, person: PersonId): Promise<Member | undefined> {
    const [member] = await this.#reader.call("members", { workspace, person });
    return member;
  }

  of(person: PersonId): Promise<readonly MemberRecord[]> {
    return this.#reader.call("members", { person });
  }

  change(workspace: WorkspaceId, person: PersonId, to: Membership): Promise<boolean> {
    return this.#store.call("changeMember", { workspace, person, to });
  }

  remove(workspace: WorkspaceId, person: PersonId): Promise<boolean> {
    return this.#store.call("removeMember", { workspace, person });
  }
}

/** Invitations and links for another password in `store.sqlite`. */
export class SqliteInvitations implements Invitations {
  readonly #store: Remote<StoreCalls>;
  readonly #reader: Remote<ReaderCalls>;

  constructor(store: Remote<StoreCalls>, reader: Remote<ReaderCalls>) {
    this.#store = store;
    this.#reader = reader;
  }

  offer(invitation: InvitationRecord): Promise<void> {
    return this.#store.call("offerInvitation", invitation);
  }

  list(workspace: WorkspaceId, now: EpochMs): Promise<readonly InvitationRecord[]> {
    return this.#reader.call("invitations", { workspace, now });
  }

  async byHash(hash: string, now: EpochMs): Promise<InvitationRecord | undefined> {
    const [invitation] = await this.#reader.call("invitations", { hash, now });
    return invitation;
  }

  revoke(workspace: WorkspaceId, id: string): Promise<boolean> {
    return this.#store.call("revokeInvitation", { workspace, id });
  }

  accept(
    hash: string,
    newcomer: Omit<PersonRecord, "email">,
    now: EpochMs,
  ): Promise<MemberRecord | undefined> {
    return this.#store.call("acceptInvitation", { hash, newcomer, now });
  }

  offerReset(reset: PasswordResetRecord): Promise<void> {
    return this.#store.call("offerReset", reset);
  }

  resetOf(hash: string, now: EpochMs): Promise<PersonId | undefined> {
    return this.#reader.call("resetOf", { hash, now });
  }

  redeemReset(hash: string, password: string, now: EpochMs): Promise<PersonId | undefined> {
    return this.#store.call("redeemReset", { hash, password, now });
  }
}
