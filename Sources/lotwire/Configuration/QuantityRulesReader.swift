import Devices
import Shopfloor

/// Reads `quantities:`, the plant's reasons why pieces are not good.
struct QuantityRulesReader {
  let root: DocumentNode

  private static let example = "Write burnt: {en: burnt, zh: 烧焦}"

  func read() -> QuantityRules? {
    guard let node = root["quantities"] else { return nil }
    node.allowKeys(["scrap_reasons", "rework_reasons"])
    return QuantityRules(
      scrapReasons: node["scrap_reasons"].map(reasons) ?? [], reworkReasons: node["rework_reasons"].map(reasons) ?? [])
  }

  private func reasons(_ list: DocumentNode) -> [ListedCode] {
    guard list.isMapping else {
      list.fault("this should be a block of reasons", Self.example)
      return []
    }
    let codes = list.entries.compactMap { entry -> ListedCode? in
      guard ListedCode.isCode(entry.name) else {
        entry.node.fault(
          "\"\(displayable(entry.name, maximumCharacters: 60))\" is not a code",
          "Write up to \(ListedCode.maximumCodeLength) letters, digits, \"-\", \"_\" or \".\", such as burnt")
        return nil
      }
      entry.node.allowKeys(["en", "zh"])
      guard let english = words(entry.node, "en"), let chinese = words(entry.node, "zh") else { return nil }
      return ListedCode(code: entry.name, words: Words(english, chinese))
    }
    if codes.count > maximumRejectReasons {
      list.fault("the list has \(codes.count) entries", "Nobody finds one among more than \(maximumRejectReasons)")
    }
    return codes
  }

  private func words(_ node: DocumentNode, _ key: String) -> String? {
    guard let place = node.required(key, Self.example), let text = place.string(Self.example) else { return nil }
    if let fault = OutsideTextFault(in: text, maximumBytes: maximumRejectReasonBytes) {
      place.fault("the words cannot be taken: \(fault.words.english)", Self.example)
      return nil
    }
    return text
  }
}
