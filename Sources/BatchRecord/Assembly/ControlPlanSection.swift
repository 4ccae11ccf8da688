import Ledger
import Shopfloor

/// A control plan that runs of the lot were judged by: who wrote it, who approved it, and what to do when it alarms.
struct ControlPlanSection {
  let imported: ControlPlanImported
  var approval: ControlPlanApproved?
  var withdrawal: ControlPlanWithdrawn?
  var events: [Int64]

  static func reference(_ reference: ControlPlanReference) -> CanonicalJSON {
    .object([
      "number": .name(reference.number), "version": .whole(reference.version), "digest": .string(reference.digest),
    ])
  }

  /// In the order of their import.
  static func sections(in evidence: OrderedEvidence) -> [ControlPlanSection] {
    var sections: [ControlPlanSection] = []
    func change(_ digest: String, _ sequence: Int64, _ body: (inout ControlPlanSection) -> Void) {
      guard let place = sections.firstIndex(where: { $0.imported.digest == digest }) else { return }
      body(&sections[place])
      sections[place].events.append(sequence)
    }
    for record in evidence.events {
      switch record.event {
      case .controlPlanImported(let imported):
        sections.append(ControlPlanSection(imported: imported, events: [record.sequence]))
      case .controlPlanApproved(let approved):
        change(approved.reference.digest, record.sequence) { $0.approval = approved }
      case .controlPlanWithdrawn(let withdrawn):
        change(withdrawn.reference.digest, record.sequence) { $0.withdrawal = withdrawn }
      default: break
      }
    }
    return sections
  }

  var json: CanonicalJSON {
    let plan = imported.plan
    return .object([
      "number": .name(plan.number), "version": .whole(plan.version), "digest": .string(imported.digest),
      "title": .string(plan.title), "products": .names(plan.products), "change": .string(plan.changeNote),
      "author": .name(imported.author), "imported": .time(imported.at), "approvedBy": .name(approval?.person),
      "approved": .time(approval?.at), "effectiveFrom": .time(approval?.effectiveFrom),
      "withdrawn": .time(withdrawal?.at),
      "reactionPlans": .array(
        plan.reactionPlans.map {
          .object(["name": .string($0.name), "steps": .array($0.steps.map { .words($0) })])
        }), "events": .array(events.map { .whole($0) }),
    ])
  }
}
