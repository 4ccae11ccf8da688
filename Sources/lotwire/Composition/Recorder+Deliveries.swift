import Console
import Recorder
import Shopfloor

extension Recorder {
  /// Row by row, in the order of the request: what the ledger knows of a row is filled in where it is carried out.
  func decide(_ request: DeliveryDecisionRequest, at time: @Sendable () -> Timestamp) async -> [CommandAnswer] {
    var answers: [CommandAnswer] = []
    for row in request.rows {
      let at = time()
      let decision = DeliveryDecision(
        outboxRow: row, idempotencyKey: "", action: request.action, person: request.person, reason: request.reason,
        at: at)
      answers.append(await perform(.decideDelivery(decision), actor: "person \(request.person)", at: at))
    }
    return answers
  }
}
