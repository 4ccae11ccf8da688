/// One `Change` of a batch production record: what was changed, its value before, and why.
struct BatchMLChange {
  var id: String
  var time: String?
  /// The entry that was changed, or that changed it.
  var reference: String
  /// A decimal number; nil: there was none.
  var formerValue: String?
  var reason: String
  var description: String

  func write(to xml: inout XMLWriter) {
    xml.element("Change") { xml in
      var entry = BatchMLEntry(id, "Change", time: time)
      entry.descriptions = [("en", description)]
      entry.write(to: &xml)
      xml.leaf("RecordReference", reference)
      BatchMLValue(formerValue ?? "", type: formerValue == nil ? "string" : "decimal").write("PrechangeData", to: &xml)
      xml.leaf("Reason", reason)
    }
  }

  /// Counts of an operation in whose place a later one came, with the reason that the later one gave.
  static func recounts(_ counts: [RecordView]) -> [BatchMLChange] {
    counts.enumerated().compactMap { index, count in
      guard count["replaced"].bool == true, let event = count["event"].integer else { return nil }
      let operation = count["operation"].text ?? "?"
      let later = counts.dropFirst(index + 1).first { $0["operation"].text == operation }
      return BatchMLChange(
        id: "quantity \(index + 1) change", time: later?["at"].time?.rendered, reference: "event \(event)",
        formerValue: count["good"].text, reason: later?["correction"].text ?? "Counted again",
        description: "The count of \(operation) was replaced by a later one of \(later?["person"].text ?? "somebody").")
    }
  }
}
