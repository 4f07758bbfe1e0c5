internal import CHotPath
internal import EventModel

/// The fields of one stream that are looked for in its events' bytes, as a tree of names for the scanner. A node is a field, or an object
/// on the way to one.
final class FieldTree {
  /// What the scanner takes.
  let nodes: UnsafeMutablePointer<hp_node>
  let count: Int
  var top: UnsafePointer<hp_names> { UnsafePointer(topTable.names) }
  private let topTable: NameTable
  private let numbers: [FieldPath: Int]
  private let tables: [NameTable]

  init(_ paths: some Sequence<FieldPath>) {
    let root = Branch()
    for path in paths { root.add(path.steps[...]) }
    var layout = Layout()
    topTable = layout.place(inside: root, path: [])
    count = layout.nodes.count
    nodes = .allocate(capacity: max(count, 1))
    nodes.initialize(from: layout.nodes, count: count)
    (numbers, tables) = (layout.numbers, layout.tables)
  }

  deinit { nodes.deallocate() }

  /// The node of a path that the tree was made with, or of one on the way to it.
  func node(of path: FieldPath) -> Int {
    guard let node = numbers[path] else { preconditionFailure("`\(path)` is one of the fields that are looked for") }
    return node
  }

  private final class Branch {
    /// In order of first use.
    var children: [(name: String, branch: Branch)] = []

    func add(_ steps: ArraySlice<String>) {
      guard let name = steps.first else { return }
      let child: Branch
      if let known = children.first(where: { $0.name == name }) {
        child = known.branch
      } else {
        child = Branch()
        children.append((name, child))
      }
      child.add(steps.dropFirst())
    }
  }

  /// Numbers the nodes in preorder.
  private struct Layout {
    var nodes: [hp_node] = []
    var numbers: [FieldPath: Int] = [:]
    var tables: [NameTable] = []

    /// Returns the table of the names in a branch.
    mutating func place(inside branch: Branch, path: [String]) -> NameTable {
      var places: [Int] = []
      for (name, child) in branch.children {
        let node = nodes.count
        places.append(node)
        numbers[FieldPath(path + [name])] = node
        nodes.append(hp_node(names: nil, end: 0))
        if !child.children.isEmpty { nodes[node].names = UnsafePointer(place(inside: child, path: path + [name]).names) }
        nodes[node].end = Int32(nodes.count)
      }
      let table = NameTable(branch.children.map(\.name), numbers: places)
      tables.append(table)
      return table
    }
  }
}
