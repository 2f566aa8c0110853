import type { FileKind } from "./file.ts";

/**
 * `store.sqlite`. A device is known inside by `num`, which is never used twice: what an erased device left in the
 * tail or in segments cannot reach a later device of the same id. Times are epoch milliseconds.
 */
export const STORE_FILE: FileKind = {
  applicationId: 0x57_41_53_54,
  what: "store",
  migrations: [
    `CREATE TABLE workspace (num INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE);
     INSERT INTO workspace VALUES (1, 'main');

     CREATE TABLE mark (name TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID;
     INSERT INTO mark VALUES ('offset', 0), ('epoch', lower(hex(randomblob(8))));

     CREATE TABLE device (
       num INTEGER PRIMARY KEY AUTOINCREMENT, workspace INTEGER NOT NULL, id TEXT NOT NULL,
       created_at REAL NOT NULL, name TEXT, icon TEXT, UNIQUE (workspace, id));
     CREATE TABLE state (device INTEGER PRIMARY KEY, body BLOB NOT NULL);
     CREATE TABLE erased (device INTEGER PRIMARY KEY);

     CREATE TABLE tail (
       id INTEGER PRIMARY KEY AUTOINCREMENT, at REAL NOT NULL, n INTEGER NOT NULL, heads BLOB NOT NULL, body BLOB NOT NULL);
     CREATE TABLE settling (id INTEGER PRIMARY KEY CHECK (id = 1), through INTEGER NOT NULL, next INTEGER NOT NULL);
     CREATE TABLE segment (
       id INTEGER PRIMARY KEY AUTOINCREMENT, device INTEGER NOT NULL, from_ms REAL NOT NULL, to_ms REAL NOT NULL,
       n INTEGER NOT NULL, open INTEGER NOT NULL, body BLOB NOT NULL);
     CREATE INDEX segment_span ON segment (device, from_ms, to_ms, n);
     CREATE INDEX segment_open ON segment (device, n) WHERE open = 1;

     CREATE TABLE fence (workspace INTEGER NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (workspace, id));

     CREATE TABLE event (
       seq INTEGER PRIMARY KEY AUTOINCREMENT, workspace INTEGER NOT NULL, id TEXT NOT NULL, type TEXT NOT NULL,
       device TEXT NOT NULL, fence TEXT NOT NULL, fence_version INTEGER NOT NULL, time REAL NOT NULL, fix REAL NOT NULL,
       detected_at REAL NOT NULL, lon REAL NOT NULL, lat REAL NOT NULL, reason TEXT, imported INTEGER NOT NULL);
     CREATE UNIQUE INDEX event_id ON event (workspace, id);
     CREATE INDEX event_device ON event (workspace, device);
     CREATE INDEX event_fence ON event (workspace, fence);
     CREATE INDEX event_time ON event (time);

     CREATE TABLE token (
       hash TEXT PRIMARY KEY, id TEXT NOT NULL, workspace INTEGER NOT NULL, name TEXT NOT NULL, scopes TEXT NOT NULL,
       register INTEGER NOT NULL, created_at REAL NOT NULL, expires_at REAL, UNIQUE (workspace, id)) WITHOUT ROWID;
     CREATE TABLE session (
       hash TEXT PRIMARY KEY, workspace INTEGER NOT NULL, scopes TEXT NOT NULL, created_at REAL NOT NULL,
       expires_at REAL NOT NULL) WITHOUT ROWID;
     CREATE TABLE sign_in_link (
       hash TEXT PRIMARY KEY, workspace INTEGER NOT NULL, expires_at REAL NOT NULL) WITHOUT ROWID;`,
    "CREATE TABLE delta (id INTEGER PRIMARY KEY, devices BLOB NOT NULL, body BLOB NOT NULL);",
    `ALTER TABLE event ADD COLUMN watch TEXT;
     ALTER TABLE event ADD COLUMN other TEXT;
     ALTER TABLE event ADD COLUMN generation REAL NOT NULL DEFAULT 0;
     ALTER TABLE event ADD COLUMN shown REAL NOT NULL DEFAULT 0;
     UPDATE event SET shown = fix;
     ALTER TABLE event ADD COLUMN late INTEGER NOT NULL DEFAULT 0;
     ALTER TABLE event ADD COLUMN withdrawn_at REAL;
     ALTER TABLE event ADD COLUMN withdraws TEXT;
     ALTER TABLE event ADD COLUMN revises TEXT;
     DROP INDEX event_device;
     CREATE INDEX event_device_shown ON event (workspace, device, shown);
     ALTER TABLE workspace ADD COLUMN edited REAL NOT NULL DEFAULT 0;
     CREATE TABLE base (
       device INTEGER PRIMARY KEY, earlier_time REAL, earlier TEXT, later_time REAL NOT NULL, later TEXT NOT NULL);
     CREATE TABLE definition (
       workspace INTEGER NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL,
       PRIMARY KEY (workspace, kind, id)) WITHOUT ROWID;
     CREATE TABLE cooldown (
       workspace INTEGER NOT NULL, rule TEXT NOT NULL, device TEXT NOT NULL, fence TEXT NOT NULL, time REAL NOT NULL,
       PRIMARY KEY (workspace, rule, device, fence)) WITHOUT ROWID;`,
    `CREATE TABLE target (
       workspace INTEGER NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (workspace, id)) WITHOUT ROWID;
     CREATE TABLE alert (
       seq INTEGER PRIMARY KEY AUTOINCREMENT, workspace INTEGER NOT NULL, target TEXT NOT NULL, event TEXT NOT NULL,
       fix REAL NOT NULL, id TEXT NOT NULL, lane TEXT NOT NULL, body TEXT NOT NULL, created_at REAL NOT NULL, state TEXT NOT NULL,
       attempts INTEGER NOT NULL DEFAULT 0, due_at REAL NOT NULL DEFAULT 0, first_at REAL, last_at REAL,
       last_status INTEGER, last_error TEXT);
     CREATE UNIQUE INDEX alert_event ON alert (fix, event, target, workspace);
     CREATE INDEX alert_target ON alert (workspace, target, seq);
     CREATE INDEX alert_queued ON alert (workspace, target, seq, lane) WHERE state = 'queued';
     CREATE INDEX alert_dead ON alert (workspace, seq) WHERE state = 'dead';
     CREATE INDEX alert_dead_target ON alert (workspace, target, seq) WHERE state = 'dead';
     CREATE TABLE attempt (
       alert INTEGER NOT NULL, at REAL NOT NULL, duration REAL NOT NULL, status INTEGER, error TEXT,
       PRIMARY KEY (alert, at)) WITHOUT ROWID;
     CREATE TABLE tally (
       workspace INTEGER NOT NULL, target TEXT NOT NULL, created INTEGER NOT NULL, sent INTEGER NOT NULL,
       failed INTEGER NOT NULL, held INTEGER NOT NULL, dead INTEGER NOT NULL, forgotten INTEGER NOT NULL,
       failing_since REAL, PRIMARY KEY (workspace, target)) WITHOUT ROWID;`,
    `CREATE TABLE person (id TEXT PRIMARY KEY, email TEXT NOT NULL UNIQUE, body TEXT NOT NULL) WITHOUT ROWID;
     CREATE TABLE member (
       workspace INTEGER NOT NULL, person TEXT NOT NULL, role TEXT NOT NULL, groups TEXT, since REAL NOT NULL,
       PRIMARY KEY (workspace, person)) WITHOUT ROWID;
     CREATE INDEX member_person ON member (person);
     CREATE TABLE invitation (
       hash TEXT PRIMARY KEY, workspace INTEGER NOT NULL, id TEXT NOT NULL, email TEXT NOT NULL, expires_at REAL NOT NULL,
       body TEXT NOT NULL, UNIQUE (workspace, email)) WITHOUT ROWID;
     CREATE TABLE password_reset (
       person TEXT PRIMARY KEY, hash TEXT NOT NULL UNIQUE, expires_at REAL NOT NULL) WITHOUT ROWID;
     CREATE TABLE audit (
       seq INTEGER PRIMARY KEY AUTOINCREMENT, workspace INTEGER NOT NULL, at REAL NOT NULL, body TEXT NOT NULL);
     CREATE INDEX audit_workspace ON audit (workspace, seq);
     ALTER TABLE session ADD COLUMN person TEXT;
     ALTER TABLE session ADD COLUMN agent TEXT;
     CREATE INDEX session_person ON session (person) WHERE person IS NOT NULL;
     ALTER TABLE token ADD COLUMN groups TEXT;
     ALTER TABLE token ADD COLUMN device TEXT;`,
    `CREATE TABLE share (
       workspace INTEGER NOT NULL, id TEXT NOT NULL, hash TEXT NOT NULL UNIQUE, created_at REAL NOT NULL, ends_at REAL,
       views INTEGER NOT NULL, viewed_at REAL, body TEXT NOT NULL, PRIMARY KEY (workspace, id)) WITHOUT ROWID;`,
    `CREATE TABLE totp (
       person TEXT PRIMARY KEY, secret TEXT NOT NULL, created_at REAL NOT NULL, step INTEGER NOT NULL) WITHOUT ROWID;
     CREATE TABLE recovery_code (person TEXT NOT NULL, hash TEXT NOT NULL, PRIMARY KEY (person, hash)) WITHOUT ROWID;
     CREATE TABLE passkey (
       id TEXT PRIMARY KEY, person TEXT NOT NULL, credential TEXT NOT NULL UNIQUE, public_key TEXT NOT NULL,
       counter INTEGER NOT NULL, name TEXT NOT NULL, created_at REAL NOT NULL, used_at REAL) WITHOUT ROWID;
     CREATE INDEX passkey_person ON passkey (person);
     CREATE TABLE identity (
       issuer TEXT NOT NULL, subject TEXT NOT NULL, person TEXT NOT NULL, email TEXT NOT NULL, created_at REAL NOT NULL,
       PRIMARY KEY (issuer, subject), UNIQUE (person, issuer)) WITHOUT ROWID;`,
    // A number is never used twice: what was left under that of a deleted workspace is nobody's.
    `ALTER TABLE workspace ADD COLUMN name TEXT NOT NULL DEFAULT '';
     ALTER TABLE workspace ADD COLUMN created_at REAL NOT NULL DEFAULT 0;
     ALTER TABLE workspace ADD COLUMN state TEXT NOT NULL DEFAULT 'open';
     INSERT INTO mark SELECT 'workspaces', max(num) FROM workspace;`,
  ],
};
