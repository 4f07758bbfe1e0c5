/// Looks for a sequence in others, in time linear in both, whatever an event holds (Knuth, Morris and Pratt).
struct TextSearch<Element: Equatable> {
  private let wanted: [Element]
  /// By how many elements were met: how many of them still are when the next one differs.
  private let kept: [Int]

  /// `wanted` is not empty.
  init(_ wanted: [Element]) {
    self.wanted = wanted
    var kept = [0]
    var length = 0
    for element in wanted.dropFirst() {
      while length > 0, wanted[length] != element { length = kept[length - 1] }
      if wanted[length] == element { length += 1 }
      kept.append(length)
    }
    self.kept = kept
  }

  /// How many elements of a text come before the first place, from `start` on, at which the wanted ones stand.
  func first(in text: some Collection<Element>, from start: Int = 0) -> Int? {
    var met = 0
    var place = start
    for element in text.dropFirst(start) {
      while met > 0, wanted[met] != element { met = kept[met - 1] }
      if wanted[met] == element { met += 1 }
      place += 1
      if met == wanted.count { return place - met }
    }
    return nil
  }
}
