/// The tables of a history.
///
/// `sequence` numbers what was written, over violations and KPIs together, and never falls: a stream goes on from it. `number` names a row for
/// good: a cursor goes on from it. Times are microseconds since 1970.
enum HistorySchema {
  static let version: Int64 = 1

  static let create = """
    create table facts (name text primary key, value any not null) strict, without rowid;
    insert into facts values ('identity', lower(hex(randomblob(4)))), ('sequence', 0);

    create table positions (
      topic text not null, partition integer not null, next integer not null,
      primary key (topic, partition)
    ) strict, without rowid;

    create table violations (
      number integer primary key autoincrement, id text not null unique, sequence integer not null unique,
      epoch integer not null, revision integer not null,
      state text not null, severity text not null, rule text not null, region text not null,
      at integer not null, written integer not null, record text not null
    ) strict;
    create index violations_by_time on violations (at, number);
    create index violations_by_state on violations (state, at, number);
    create index violations_by_severity on violations (severity, at, number);
    create index violations_by_rule on violations (rule, at, number);
    create index violations_by_region on violations (region, at, number);
    create index violations_counts on violations (rule, severity, state, at);
    create index violations_by_writing on violations (written);

    -- Revisions that no longer hold, or never did.
    create table revisions (
      id text not null, epoch integer not null, revision integer not null, record text not null,
      primary key (id, epoch, revision)
    ) strict, without rowid;

    create trigger violation_forgotten after delete on violations begin
      delete from revisions where id = old.id;
    end;

    create table kpis (
      number integer primary key autoincrement, identity text not null unique, sequence integer not null unique,
      epoch integer not null, revision integer not null, kpi text not null, region text not null,
      start integer not null, written integer not null, record text not null
    ) strict;
    create index kpis_by_time on kpis (start, number);
    create index kpis_by_name on kpis (kpi, start, number);
    create index kpis_by_writing on kpis (written);
    """

  /// Makes the tables where there are none.
  static func prepare(_ database: Database, path: String) throws(HistoryFault) {
    try database.execute("pragma journal_mode = wal; pragma synchronous = normal")
    let found = try database.number("pragma user_version") ?? 0
    if found == version { return }
    guard found == 0, try database.number("select count(*) from sqlite_schema") == 0 else {
      throw HistoryFault(description: "`\(path)` is no history of this version: move it away, and a new one is made from the topics")
    }
    try database.transaction { () throws(HistoryFault) in
      try database.execute(create)
      try database.execute("pragma user_version = \(version)")
    }
  }
}
