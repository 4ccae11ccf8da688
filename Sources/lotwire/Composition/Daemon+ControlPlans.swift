import Devices
import Recorder
import Shopfloor

extension Daemon {
  /// Carries out a command for control plans. Digest and comparison of a document are made here, of what arrived.
  nonisolated func perform(_ command: ControlPlanCommand) async -> CommandAnswer {
    var command = command
    if case .importPlan(let plan, _, let author, _) = command {
      let former = await recorder.inspect { $0.floor.controlPlans[plan.number]?.last?.imported.plan }
      command = .importPlan(
        plan, digest: PlanComparison.digest(of: plan), author: author,
        changes: former.map { PlanComparison.changes(from: $0, to: plan) } ?? [])
    }
    return await recorder.perform(.controlPlan(command), actor: "person \(command.person)", at: clock.now().utc)
  }
}
