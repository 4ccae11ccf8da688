/// Where the schemes beside GS1 are asked. Each takes the text behind the AIM identifier, with its indices in
/// `LabelReading.raw`, and says whether the label is of its scheme: true also for a faulty label of the scheme, and then
/// `scheme`, `text` and `faults` of the reading are filled in. The order of the calls is the order of the certainty.
extension LabelReader {
  /// Schemes whose text holds control characters.
  func readEnvelope(_ body: ArraySlice<UInt8>, into reading: inout LabelReading, referenceYear: Int) -> Bool {
    readISO15434(body, into: &reading, referenceYear: referenceYear)
  }

  /// Schemes of plain text, asked where no AIM identifier said GS1 and nothing was recognised as GS1. A code that a site
  /// rule names by its beginning is the site's own: what is only recognised by its form does not override it.
  func readOtherScheme(_ body: ArraySlice<UInt8>, into reading: inout LabelReading, referenceYear: Int) -> Bool {
    if siteRules.contains(where: { !$0.prefix.isEmpty && body.starts(with: $0.prefix.utf8) }) { return false }
    return readHIBC(body, into: &reading, referenceYear: referenceYear)
      || readEPC(body, into: &reading, referenceYear: referenceYear)
  }
}
