import Devices

/// The steps of a scan script, in order.
struct ScanScript {
  enum Step: Equatable {
    case scan(String)
    case wait(microseconds: Int64)
    /// The last scan must have ended like this; otherwise the simulator says so and exits with 1.
    case expect(ScanOutcome)
  }

  var steps: [Step]

  init(_ text: String, file: String) throws {
    let (root, issues) = try DocumentNode.parse(text, file: file)
    let remedy = "Write a list of \"- scan: TEXT\", \"- wait: SECONDS\" and \"- expect: accepted\" or \"refused\""
    var steps: [Step] = []
    for node in root.elements(remedy) {
      node.allowKeys(["scan", "wait", "expect"])
      if node.entries.count != 1 { node.fault("a step has \(node.entries.count) keys", remedy) }
      if let label = node["scan"]?.string(remedy) { steps.append(.scan(label)) }
      if let wait = node["wait"]?.seconds(in: 0...86_400, "Write seconds") { steps.append(.wait(microseconds: wait)) }
      if let outcome = node["expect"]?.choice(["accepted", "refused"]).flatMap(ScanOutcome.init) {
        steps.append(.expect(outcome))
      }
    }
    try issues.throwIfAny()
    self.steps = steps
  }
}

/// What the daemon answered to a scan.
enum ScanOutcome: String { case accepted, refused }
