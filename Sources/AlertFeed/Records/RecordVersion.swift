/// Which of two records of one id holds: the one with the higher (epoch, revision).
struct RecordVersion: Comparable {
  var epoch: Int64
  var revision: Int64

  static func < (a: RecordVersion, b: RecordVersion) -> Bool { (a.epoch, a.revision) < (b.epoch, b.revision) }
}
