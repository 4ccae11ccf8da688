extension Floor {
  func decideControlPlan(_ command: ControlPlanCommand, _ time: Timestamp) throws(Refusal) -> Decision {
    try require(.quality, of: command.person, read: command.person.text)
    return .nothing
  }

  mutating func applyControlPlan(_ event: Event) {
    switch event {
    case .controlPlanImported(let imported):
      controlPlans[imported.plan.number, default: []].append(ControlPlanState(imported: imported))
    case .controlPlanApproved(let approved): change(approved.reference) { $0.approval = approved }
    case .controlPlanWithdrawn(let withdrawn): change(withdrawn.reference) { $0.withdrawal = withdrawn }
    default: break
    }
  }

  private mutating func change(_ reference: ControlPlanReference, _ body: (inout ControlPlanState) -> Void) {
    guard let place = controlPlans[reference.number]?.firstIndex(where: { $0.imported.digest == reference.digest })
    else { return }
    body(&controlPlans[reference.number, default: []][place])
  }
}
