import Console

extension StatusText {
  /// What the ledger's duties have to say: those that fail, with what keeps them, and those that tell how far they are.
  var duties: [String] {
    status.ledger.duties.flatMap { duty -> [String] in
      if let problem = duty.problem {
        let last = duty.lastDoneAt.map { "last done \(clock($0))" } ?? "never done since the start"
        return ["           ▲ \(duty.name) failed \(duty.failures) times (\(last)): \(problem)"]
      }
      return duty.detail.map { ["           \(duty.name): \($0)"] } ?? []
    }
  }
}
