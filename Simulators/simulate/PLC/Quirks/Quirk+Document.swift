import Devices

extension Quirk {
  static let keys = [
    "kind", "at_seconds", "for_seconds", "every_seconds", "units", "table", "addresses", "code", "delay_seconds",
    "limit", "rate",
    "drops_first",
  ]

  /// Reads a file with a list of quirks.
  static func load(text: String, file: String) throws(DocumentIssues) -> [Quirk] {
    let (root, collector) = try DocumentNode.parse(text, file: file)
    root.allowKeys(["name", "quirks"])
    let quirks = root.required("quirks", "Write a list of quirks, each with its kind")?
      .elements("Write a list of quirks, each with its kind").compactMap(read)
    try collector.throwIfAny()
    return quirks ?? []
  }

  /// Reads one quirk of the command line: "late_reply" or "exception, code: 2, addresses: 10-12".
  static func load(argument: String) throws(DocumentIssues) -> Quirk {
    let quirks = try load(text: "quirks: [{kind: \(argument)}]", file: "--quirk")
    guard let quirk = quirks.first else {
      // A list of one element without faults has one element.
      preconditionFailure("--quirk \(argument) was read as nothing")
    }
    return quirk
  }

  static func read(_ node: DocumentNode) -> Quirk? {
    node.allowKeys(keys)
    let word = node.required("kind", "Write what goes wrong")?.choice(Kind.allCases.map(\.rawValue))
    guard let kind = word.flatMap(Kind.init(rawValue:)) else { return nil }
    var quirk = Quirk(kind: kind)
    quirk.code = usualCode(kind)
    quirk.delaySeconds = usualDelay(kind)
    quirk.units = kind == .ignoredUnit ? [255] : []
    if let units = node["units"] {
      quirk.units = units.elements("Write a list of unit ids").compactMap {
        $0.integer(in: 0...65_535, "Write a unit id, or the number of the device where each has a port")
      }
    }
    quirk.atSeconds = node["at_seconds"]?.number("Write seconds") ?? 0
    quirk.forSeconds = node["for_seconds"]?.number("Write seconds") ?? .infinity
    quirk.everySeconds = node["every_seconds"]?.number("Write seconds") ?? .infinity
    if quirk.everySeconds <= 0 { node.fault("every_seconds is not above 0", "Write seconds above 0") }
    quirk.table = node["table"]?.choice(RegisterTable.allCases.map(\.rawValue)).flatMap(RegisterTable.init(rawValue:))
    quirk.addresses = readAddresses(node["addresses"])
    quirk.code = node["code"]?.integer(in: 1...255, "Write an exception code") ?? quirk.code
    quirk.delaySeconds = node["delay_seconds"]?.number("Write seconds") ?? quirk.delaySeconds
    quirk.limit = node["limit"]?.integer(in: 1...2_000, "Write the most registers of a request") ?? 64
    quirk.rate = node["rate"]?.number("Write a share from 0 to 1") ?? (kind == .noValue ? 0.05 : 1)
    quirk.dropsFirst = node["drops_first"]?.flag("Write true or false") ?? false
    return quirk
  }

  private static func usualCode(_ kind: Kind) -> Int {
    switch kind {
    case .holesException: 2
    case .requestLimit, .atomicOnly: 3
    case .missingUnit: 0x0B
    default: 4
    }
  }

  private static func usualDelay(_ kind: Kind) -> Double {
    switch kind {
    case .slowBytes: 0.005
    case .pauseNeeded: 0.05
    case .delay: 1.5
    default: 0
    }
  }

  /// One address or two with a hyphen between them, both included.
  private static func readAddresses(_ node: DocumentNode?) -> ClosedRange<Int>? {
    guard let node, let text = node.string("Write an address or a range such as 10-12") else { return nil }
    let ends = text.split(separator: "-").map { Int($0) }
    guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1], first <= last else {
      node.fault("\"\(text)\" is no range of addresses", "Write an address or a range such as 10-12")
      return nil
    }
    return first...last
  }
}
