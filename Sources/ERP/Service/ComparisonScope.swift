/// From which row on the ERP that is talked to now is the one that took them. What was delivered before, to another
/// connector or address, is not to be found there.
struct ComparisonScope: Hashable {
  /// Connector and address.
  var identity: String
  /// Rows behind this one are compared.
  var after: Int64

  /// As it stands among the settings of the ledger: "1207;tryton https://erp.example factory".
  var text: String { "\(after);\(identity)" }

  init(identity: String, after: Int64) {
    self.identity = identity
    self.after = after
  }

  /// Nil where the text is none of ours: nothing delivered before is compared then.
  init?(_ text: String) {
    guard let end = text.firstIndex(of: ";"), let after = Int64(text[..<end]), after >= 0 else { return nil }
    self.init(identity: String(text[text.index(after: end)...]), after: after)
  }
}
