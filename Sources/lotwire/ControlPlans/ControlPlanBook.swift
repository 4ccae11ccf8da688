import Ledger
import Shopfloor

/// The control plans of a ledger, version by version.
struct ControlPlanBook {
  struct Entry {
    var imported: ControlPlanImported
    var approval: ControlPlanApproved?
    var withdrawal: ControlPlanWithdrawn?

    var plan: ControlPlan { imported.plan }

    var line: String {
      var text =
        "\(plan.number) version \(plan.version)  \(imported.digest.prefix(16))  \(plan.title); imported by "
        + "\(imported.author) at \(imported.at)"
      if let approval { text += "; approved by \(approval.person), in force from \(approval.effectiveFrom)" }
      if let withdrawal { text += "; withdrawn by \(withdrawal.person): \(withdrawal.reason)" }
      if approval == nil, withdrawal == nil { text += "; waits for approval" }
      return text
    }
  }

  private(set) var entries: [Entry] = []

  init(_ events: [EventRecord]) {
    for record in events {
      switch record.event {
      case .controlPlanImported(let imported): entries.append(Entry(imported: imported))
      case .controlPlanApproved(let approved): change(approved.reference.digest) { $0.approval = approved }
      case .controlPlanWithdrawn(let withdrawn): change(withdrawn.reference.digest) { $0.withdrawal = withdrawn }
      default: break
      }
    }
  }

  func latest(_ number: ControlPlanNumber) -> Entry? { entries.last { $0.plan.number == number } }

  private mutating func change(_ digest: String, _ body: (inout Entry) -> Void) {
    guard let place = entries.firstIndex(where: { $0.imported.digest == digest }) else { return }
    body(&entries[place])
  }
}
