import Devices
import Shopfloor

/// Reads `materials:`, the site's rules for material.
struct MaterialRulesReader {
  let root: DocumentNode

  func read() -> MaterialRules? {
    guard let node = root["materials"] else { return nil }
    node.allowKeys(["substitutes", "over_delivery_percent", "minimum_remaining_life_days", "blind_receipt"])
    var rules = MaterialRules()
    if let percent = node["over_delivery_percent"] {
      let remedy = "Write percent, such as 5"
      rules.overDeliveryPercent = percent.number(remedy) ?? 0
      if !(0...1_000).contains(rules.overDeliveryPercent) {
        percent.fault("\(rules.overDeliveryPercent) % is no tolerance of a delivery", "Write 0 to 1000")
      }
    }
    rules.minimumRemainingLifeDays =
      node["minimum_remaining_life_days"]?.integer(in: 0...36_500, "Write days, such as 90") ?? 0
    rules.allowsBlindReceipt = node["blind_receipt"]?.flag("Write true or false") ?? true
    rules.substitutes = node["substitutes"].map(substitutes) ?? []
    return rules
  }

  private func substitutes(_ list: DocumentNode) -> [MaterialRules.Substitute] {
    list.elements("Write a list: - {for: CAP-1, allow: CAP-2}").compactMap { node in
      node.allowKeys(["for", "allow", "product"])
      let item = node.required("for", "Write the item of the bill of materials")?.name(ItemKind.self, "Write an item")
      let other = node.required("allow", "Write the item that may stand in for it")?
        .name(ItemKind.self, "Write an item")
      guard let item, let other else { return nil }
      if item == other { node.fault("an item needs no permission to stand in for itself", "Write two items") }
      return MaterialRules.Substitute(
        item: item, substitute: other, product: node["product"]?.name(ItemKind.self, "Write the product"))
    }
  }
}
