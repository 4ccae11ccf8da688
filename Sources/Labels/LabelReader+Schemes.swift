/// Where the schemes beside GS1 are asked. Each takes the text behind the AIM identifier, with its indices in
/// `LabelReading.raw`, and says whether the label is of its scheme: true also for a faulty label of the scheme, and then
/// `scheme`, `text` and `faults` of the reading are filled in. The order of the calls is the order of the certainty.
extension LabelReader {
  /// Schemes whose text holds control characters.
  func readEnvelope(_ body: ArraySlice<UInt8>, into reading: inout LabelReading, referenceYear: Int) -> Bool {
    false
  }

  /// Schemes of plain text, asked where no AIM identifier said GS1 and nothing was recognised as GS1.
  func readOtherScheme(_ body: ArraySlice<UInt8>, into reading: inout LabelReading, referenceYear: Int) -> Bool {
    false
  }
}
