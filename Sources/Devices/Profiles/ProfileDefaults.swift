/// What the points of a profile share unless they say otherwise, and how the device wants to be asked.
struct ProfileDefaults {
  var table: RegisterTable?
  var wordOrder: WordOrder?
  var source: String?
  var assumption: String?
  var pollIntervalMicroseconds: Int64 = 1_000_000
  var requests = RequestRules()

  /// Allowed poll intervals, in seconds.
  static let pollSeconds: ClosedRange<Double> = 0.01...86_400
  static let keys = ["table", "word_order", "source", "assumption", "poll_seconds"]

  init(_ node: DocumentNode?, sources: [String]) {
    guard let node else { return }
    node.allowKeys(Self.keys + RequestRules.keys)
    table = node["table"]?.choice(RegisterTable.allCases.map(\.rawValue)).flatMap(RegisterTable.init(rawValue:))
    wordOrder = node["word_order"].flatMap { WordOrder.readDefault($0) }
    source = node["source"]?.choice(sources)
    assumption = DeviceProfile.plainText(node["assumption"])
    if let poll = node["poll_seconds"]?.seconds(in: Self.pollSeconds, "Write seconds, such as 0.5") {
      pollIntervalMicroseconds = poll
    }
    requests = RequestRules.read(node)
  }
}

/// What the entries of a profile are read against.
struct ProfileContext {
  var defaults: ProfileDefaults
  /// The ids of the documents the profile was written from.
  var sources: [String]
  /// What the numbers in `as_printed` mean; nil: the usual convention.
  var numbering: PrintedAddress.Numbering?
}
