/// An EPC as it stands in a tag, taken apart and checked (GS1 EPC Tag Data Standard 2.3, sections 14.4 and 14.5).
///
///     let tag = try EPCTag(hexadecimal: Array("3066C4409047E140075BCD15".utf8)[...])
///     tag.uri          // "urn:epc:id:sgtin:95060001343.05.123456789"
///     tag.elements     // (01) 09506000134352, (21) 123456789
public struct EPCTag: Hashable, Sendable {
  public let scheme: EPCScheme
  /// The filter value as encoded; nil for GID, which has none. Kept, never judged.
  public private(set) var filter: UInt8?

  /// The GS1 company prefix; the CAGE or DoDAAC code of ADI and USDOD, the manager number of GID; empty for the "+"
  /// schemes, which do not tell how long the prefix is.
  var company: [UInt8] = []
  /// The reference behind the prefix; the whole key with its check digit for the "+" schemes.
  var reference: [UInt8] = []
  /// Serial number or extension; empty where the scheme has none.
  var serial: [UInt8] = []
  /// Piece and total of an ITIP, four digits.
  var pieces: [UInt8] = []
  /// The date of a DSGTIN+, YYMMDD.
  var date: DataElement?
  /// What a "+" scheme carries behind the EPC, in its order.
  var data: [DataElement] = []

  /// An application identifier and its value.
  struct DataElement: Hashable, Sendable {
    var identifier: String
    var value: [UInt8]
  }

  /// Decodes an EPC from hexadecimal text, as keyboard-wedge and network readers send it: 24 to 124 digits, upper or
  /// lower case, filled up with zeros to whole bytes or 16-bit words.
  ///
  /// - Throws: the fault with its place in the text. Nothing that a conforming tag cannot hold is accepted: partition,
  ///   ranges, characters, lengths, check digits and rest bits are judged.
  public init(hexadecimal text: ArraySlice<UInt8>) throws(LabelFault) {
    var reader = try EPCBitReader(text)
    let header = UInt8(try reader.take(8))
    guard let scheme = EPCScheme.of(header: header) else {
      let isTagIdentification = header == EPCScheme.tagIdentificationHeader
      throw LabelFault(
        isTagIdentification ? .epcTagIdentification : .epcUnknownHeader, at: text.startIndex, read: text.prefix(2))
    }
    if let bits = scheme.bits, reader.word.bitCount < bits || reader.word.bitCount >= bits + 16 {
      throw LabelFault(
        .epcLengthForScheme, at: text.startIndex + min(bits / 4, text.count), identifier: scheme.name, read: text)
    }
    self.scheme = scheme
    switch scheme.layout {
    case .plus(let plus): try readPlus(plus, &reader)
    case .partitioned(let partition, let serial):
      filter = UInt8(try reader.take(scheme.filterBits))
      try readPartitioned(partition, serial, &reader)
    case .cpiVariable:
      filter = UInt8(try reader.take(scheme.filterBits))
      try readVariableComponent(&reader)
    case .gid: try readGeneralIdentifier(&reader)
    case .usdod:
      filter = UInt8(try reader.take(scheme.filterBits))
      try readDefenseIdentifier(&reader)
    case .adi:
      filter = UInt8(try reader.take(scheme.filterBits))
      try readAerospaceIdentifier(&reader)
    }
    try reader.finish()
  }

  /// Toggle bit, filter, key and the data behind the EPC of a "+" scheme.
  private mutating func readPlus(_ plus: EPCScheme.Plus, _ reader: inout EPCBitReader) throws(LabelFault) {
    let toggle = reader.position
    let dataFollows = try reader.take(1) == 1
    filter = UInt8(try reader.take(3))
    if plus.hasDate { date = try reader.takePrioritisedDate() }
    try readPlusKey(plus, &reader)
    guard dataFollows else { return }
    data = try reader.takeData()
    if data.isEmpty { throw reader.fault(.epcRestBits, at: toggle) }
  }
}
