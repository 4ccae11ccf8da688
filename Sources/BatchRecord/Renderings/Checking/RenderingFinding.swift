import Shopfloor

/// One thing in a rendering that is not as the standard, or this program, writes it.
public struct RenderingFinding: Hashable, Sendable {
  /// Where: "Events/Event[3]/EventType", "eventList[2].bizStep".
  public var path: String
  public var expected: String
  public var found: String

  init(_ path: String, expected: String, found: String) {
    self.path = path
    self.expected = expected
    self.found = displayable(found, maximumCharacters: 200)
  }
}

extension RenderingFinding: CustomStringConvertible {
  public var description: String {
    "\(path): expected \(expected), found \(found.isEmpty ? "nothing" : "\"\(found)\"")"
  }
}

/// Findings up to a bound; how many more there were is counted.
struct FindingList {
  /// The most findings that are named.
  static let maximumCount = 100

  private(set) var named: [RenderingFinding] = []
  private var more = 0

  mutating func add(_ path: String, expected: String, found: String) {
    guard named.count < Self.maximumCount else {
      more += 1
      return
    }
    named.append(RenderingFinding(path, expected: expected, found: found))
  }

  /// With a last one that counts those beyond the bound.
  var all: [RenderingFinding] {
    more == 0
      ? named : named + [RenderingFinding("the document", expected: "no further findings", found: "\(more) more")]
  }
}
