extension LabelFault {
  /// Names are API: never re-used, never re-worded. The part before the first dot is the scheme.
  public enum Name: String, Sendable, Hashable, CaseIterable {
    case empty = "scan.empty"
    case tooManyBytes = "scan.too_long"
    case controlCharacter = "scan.control_character"
    case notText = "scan.not_utf8"
    /// No separator came where the site demands that its scanner sends them.
    case noSeparatorSeen = "scan.no_separator_seen"
    case truncated = "scan.truncated"
    case onlyPrefix = "plain.only_prefix"

    // GS1 element strings, in Digital Links too.
    case unknownIdentifier = "gs1.unknown_ai"
    case tooShort = "gs1.too_short"
    case tooLong = "gs1.too_long"
    case badCharacter = "gs1.bad_character"
    case checkDigit = "gs1.check_digit"
    case badDate = "gs1.bad_date"
    case emptyField = "gs1.empty_field"
    case doubleSeparator = "gs1.double_separator"
    case missingSeparator = "gs1.missing_separator"
    case repeatedDiffers = "gs1.repeated_ai_differs"
    case requires = "gs1.requires"
    case excludes = "gs1.excludes"

    // One name for each content rule of the GS1 Syntax Dictionary that has no name above.
    case linterKey = "gs1.linter.key"
    case linterCheckPair = "gs1.linter.csumalpha"
    case linterTime = "gs1.linter.hhmi"
    case linterHour = "gs1.linter.hh"
    case linterMinute = "gs1.linter.mi"
    case linterSecond = "gs1.linter.ss"
    case linterCountry = "gs1.linter.iso3166"
    case linterCountryOr999 = "gs1.linter.iso3166999"
    case linterCountryLetters = "gs1.linter.iso3166alpha2"
    case linterCurrency = "gs1.linter.iso4217"
    case linterSex = "gs1.linter.iso5218"
    case linterIBAN = "gs1.linter.iban"
    case linterPercentEncoding = "gs1.linter.pcenc"
    case linterLatitude = "gs1.linter.latitude"
    case linterLongitude = "gs1.linter.longitude"
    case linterHyphen = "gs1.linter.hyphen"
    case linterYesNo = "gs1.linter.yesno"
    case linterZero = "gs1.linter.zero"
    case linterNonZero = "gs1.linter.nonzero"
    case linterNoZeroPrefix = "gs1.linter.nozeroprefix"
    case linterNonDigit = "gs1.linter.hasnondigit"
    case linterWinding = "gs1.linter.winding"
    case linterPieceOfTotal = "gs1.linter.pieceoftotal"
    case linterPositionInSequence = "gs1.linter.posinseqslash"
    case linterPackageType = "gs1.linter.packagetype"
    case linterImporterIndex = "gs1.linter.importeridx"
    case linterMediaType = "gs1.linter.mediatype"
    case linterCouponCode = "gs1.linter.couponcode"
    case linterCouponOffer = "gs1.linter.couponposoffer"

    // GS1 Digital Link.
    case linkMalformed = "dl.malformed"
    case linkNoKey = "dl.no_key"
    case linkQualifierOrder = "dl.qualifier_order"
    case linkBadEscape = "dl.bad_escape"
    case linkZeroSuppressed = "dl.zero_suppressed"
    case linkKeyInStem = "dl.key_in_stem"
    case linkNotAttribute = "dl.not_an_attribute"
    case linkRepeated = "dl.repeated_ai"

    // HIBC.
    case hibcCheck = "hibc.check"
    case hibcLink = "hibc.link"
    case hibcBadLabeller = "hibc.bad_lic"
    case hibcBadReference = "hibc.bad_reference"
    case hibcBadUnit = "hibc.bad_unit"
    case hibcBadDate = "hibc.bad_date"
    case hibcBadQuantity = "hibc.bad_quantity"
    case hibcBadCharacter = "hibc.bad_character"
    case hibcTooShort = "hibc.too_short"
    case hibcTooLong = "hibc.too_long"
    case hibcEmptyField = "hibc.empty_field"
    case hibcUnknownExtra = "hibc.unknown_extra"
    case hibcRepeatedField = "hibc.repeated_field"
    case hibcUnlinked = "hibc.unlinked"

    // ISO/IEC 15434 and data identifiers.
    case iso15434Envelope = "iso15434.envelope"
    case iso15434ControlsLost = "iso15434.controls_lost"
    case iso15434UnknownFormat = "iso15434.unknown_format"
    case iso15434UnknownIdentifier = "iso15434.unknown_di"
    case iso15434EmptyField = "iso15434.empty_field"
    case iso15434BadCharacter = "iso15434.bad_character"
    case iso15434BadDate = "iso15434.bad_date"
    case iso15434BadQuantity = "iso15434.bad_quantity"
    case iso15434TooLong = "iso15434.too_long"
    case iso15434CheckDigit = "iso15434.check_digit"
    case iso15434RepeatedDiffers = "iso15434.repeated_di_differs"

    // EPC binary words.
    case epcOddLength = "epc.odd_length"
    case epcBadCharacter = "epc.bad_character"
    case epcUnknownHeader = "epc.unknown_header"
    case epcLengthForScheme = "epc.length_for_scheme"
    case epcPartition = "epc.partition"
    case epcFieldRange = "epc.field_range"
    case epcRestBits = "epc.rest_bits"
    case epcTagIdentification = "epc.tid"

    // Unique device identification.
    case basicUDIInCarrier = "udi.basic_udi_di_in_carrier"

    /// AI 17 and AI 7003 name different days.
    case expiryDiffers = "gs1.expiry_differs"

    /// The rule set that the name belongs to.
    public enum Family: String, Sendable, Hashable, CaseIterable { case scan, plain, gs1, dl, hibc, iso15434, epc, udi }

    /// The part of the name before the first dot.
    public var family: Family {
      // Every raw value begins with a family and a dot; a test goes through all of them.
      Family(rawValue: String(rawValue.prefix { $0 != "." })) ?? .scan
    }
  }
}
