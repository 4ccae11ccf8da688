import Yams

/// Collects the faults of a document while it is read, so that a person sees all of them at once.
public final class IssueCollector {
  public let file: String
  public private(set) var issues: [DocumentIssue] = []

  public init(file: String) { self.file = file }

  public func add(_ line: Int, _ column: Int, _ problem: String, _ remedy: String) {
    issues.append(DocumentIssue(file: file, line: line, column: column, problem: problem, remedy: remedy))
  }

  /// Takes over a fault of another file that this one names.
  public func add(_ issue: DocumentIssue) { issues.append(issue) }

  /// Throws what was collected, if anything was.
  public func throwIfAny() throws(DocumentIssues) {
    if !issues.isEmpty { throw DocumentIssues(issues) }
  }
}

/// Largest accepted YAML document, in bytes.
public let maximumDocumentBytes = 4_000_000

/// A place in a YAML document that knows where it stands. Every accessor reports its fault with file, line, column and
/// what to write instead, and returns nil; the caller goes on and finds the next fault.
public struct DocumentNode {
  let node: Node
  let collector: IssueCollector
  /// The way here, "stations[0].name".
  public let path: String

  /// Parses one document; throws a `DocumentIssues` where the text is no YAML.
  public static func parse(_ text: String, file: String) throws(DocumentIssues) -> (DocumentNode, IssueCollector) {
    let collector = IssueCollector(file: file)
    guard text.utf8.count <= maximumDocumentBytes else {
      collector.add(
        0, 0, "the file has \(text.utf8.count) bytes", "Split it: at most \(maximumDocumentBytes) bytes are read")
      throw DocumentIssues(collector.issues)
    }
    do {
      guard let node = try Yams.compose(yaml: text) else {
        collector.add(1, 1, "the file is empty", "Write the keys that the README shows")
        throw DocumentIssues(collector.issues)
      }
      return (DocumentNode(node: node, collector: collector, path: ""), collector)
    } catch let issues as DocumentIssues {
      throw issues
    } catch let error as YamlError {
      let (line, column, problem) = describe(error)
      collector.add(line, column, problem, "Check indentation, colons and quotes at this place")
      throw DocumentIssues(collector.issues)
    } catch {
      collector.add(0, 0, "\(error)", "Check that the file is YAML in UTF-8")
      throw DocumentIssues(collector.issues)
    }
  }

  private static func describe(_ error: YamlError) -> (Int, Int, String) {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      return (mark.line, mark.column, "this is not YAML: \(problem)")
    case .duplicatedKeysInMapping(let keys, let context):
      return (context.mark.line, context.mark.column, "a key stands twice: \(keys)")
    default:
      return (0, 0, "this is not YAML: \(error)")
    }
  }

  public var line: Int { node.mark?.line ?? 0 }
  public var column: Int { node.mark?.column ?? 0 }

  /// Reports a fault at this place.
  public func fault(_ problem: String, _ remedy: String) {
    collector.add(line, column, path.isEmpty ? problem : "\(path): \(problem)", remedy)
  }

  func child(_ node: Node, _ name: String) -> DocumentNode {
    DocumentNode(node: node, collector: collector, path: path.isEmpty ? name : "\(path).\(name)")
  }

  // MARK: Mappings

  public var isMapping: Bool { node.mapping != nil }
  public var isSequence: Bool { node.sequence != nil }

  /// The keys of a mapping in the order of the file; empty where this is no mapping.
  public var keys: [String] { node.mapping?.keys.compactMap(\.scalar?.string) ?? [] }

  /// The value of a key, nil where it is absent. Reports nothing.
  public subscript(key: String) -> DocumentNode? {
    guard let mapping = node.mapping, let value = mapping[Node(key)] else { return nil }
    return child(value, key)
  }

  /// The value of a key that must be there.
  public func required(_ key: String, _ remedy: String) -> DocumentNode? {
    guard node.mapping != nil else {
      fault("this should be a block of keys", remedy)
      return nil
    }
    if let found = self[key] { return found }
    fault("the key \"\(key)\" is missing", remedy)
    return nil
  }

  /// Reports every key that is not in the list, with the nearest allowed key.
  public func allowKeys(_ allowed: [String]) {
    guard let mapping = node.mapping else {
      fault("this should be a block of keys", "Write one or more of: \(allowed.joined(separator: ", "))")
      return
    }
    for (key, _) in mapping {
      guard let name = key.scalar?.string, !allowed.contains(name) else { continue }
      let nearest = allowed.min { editDistance($0, name) < editDistance($1, name) }
      let hint =
        nearest.map { editDistance($0, name) <= 2 ? "Write \"\($0)\" if you mean that; allowed" : "Allowed" }
        ?? "Allowed"
      collector.add(
        key.mark?.line ?? line, key.mark?.column ?? column,
        (path.isEmpty ? "" : "\(path): ") + "the key \"\(name)\" is not known here",
        "\(hint): \(allowed.joined(separator: ", "))")
    }
  }

  /// The entries of a mapping as name and value, in the order of the file.
  public var entries: [(name: String, node: DocumentNode)] {
    guard let mapping = node.mapping else { return [] }
    return mapping.compactMap { key, value in
      key.scalar.map { ($0.string, child(value, $0.string)) }
    }
  }

  /// How many elements a list has, nil where this is none. Reports nothing.
  public var elementCount: Int? { node.sequence?.count }

  /// The elements of a list; reports a fault where this is none.
  public func elements(_ remedy: String) -> [DocumentNode] {
    guard let sequence = node.sequence else {
      fault("this should be a list", remedy)
      return []
    }
    return sequence.enumerated().map { index, element in
      DocumentNode(node: element, collector: collector, path: "\(path)[\(index)]")
    }
  }

  // MARK: Scalars

  /// The text as it was written, nil where this is a block or a list. Reports nothing.
  public var text: String? { node.scalar?.string }

  public func string(_ remedy: String) -> String? {
    guard let scalar = node.scalar else {
      fault("this should be a text", remedy)
      return nil
    }
    return scalar.string
  }

  public func number(_ remedy: String) -> Double? {
    guard let scalar = node.scalar, let value = Double(scalar.string), value.isFinite else {
      fault("\(shown) is not a number", remedy)
      return nil
    }
    return value
  }

  public func integer(in range: ClosedRange<Int>, _ remedy: String) -> Int? {
    guard let scalar = node.scalar, let value = Self.integer(scalar.string) else {
      fault("\(shown) is not a whole number", remedy)
      return nil
    }
    guard range.contains(value) else {
      fault("\(value) is outside \(range.lowerBound) to \(range.upperBound)", remedy)
      return nil
    }
    return value
  }

  public func flag(_ remedy: String) -> Bool? {
    switch node.scalar?.string {
    case "true", "yes", "on": return true
    case "false", "no", "off": return false
    default:
      fault("\(shown) is neither true nor false", remedy)
      return nil
    }
  }

  public func choice(_ allowed: [String]) -> String? {
    guard let text = node.scalar?.string, allowed.contains(text) else {
      fault("\(shown) is not one of the allowed words", "Write one of: \(allowed.joined(separator: ", "))")
      return nil
    }
    return text
  }

  private var shown: String {
    guard let text = node.scalar?.string else { return node.sequence == nil ? "a block of keys" : "a list" }
    return "\"\(text.prefix(60))\""
  }

  /// Decimal, or hexadecimal with 0x.
  private static func integer(_ text: String) -> Int? {
    if text.hasPrefix("0x") || text.hasPrefix("0X") { return Int(text.dropFirst(2), radix: 16) }
    return Int(text)
  }
}

/// Levenshtein distance, for "did you mean"; both texts are keys and short.
func editDistance(_ left: String, _ right: String) -> Int {
  let left = Array(left.utf8.prefix(40)), right = Array(right.utf8.prefix(40))
  var row = Array(0...right.count)
  for (i, a) in left.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for (j, b) in right.enumerated() {
      let substituted = diagonal + (a == b ? 0 : 1)
      diagonal = row[j + 1]
      row[j + 1] = min(substituted, row[j] + 1, row[j + 1] + 1)
    }
  }
  return row[right.count]
}
