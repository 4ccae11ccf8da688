/// How strictly a label is judged. Syntax, characters, lengths, check digits and dates are always judged; a profile says
/// what happens with rules that reach over the fields. It belongs to the configuration of a station and is stored with
/// what was read there, so that a replay judges alike.
public struct LabelProfile: Hashable, Sendable {
  /// Stable name for configurations and records.
  public var name: String
  /// Fields that need another field without it are a fault (`gs1.requires`). GS1 means this over all symbols of a
  /// physical item, so labels that split item and lot over two symbols break it one by one.
  public var requiresCompanions: Bool
  /// Fields that must not stand together are a fault (`gs1.excludes`).
  public var refusesExclusions: Bool
  /// Item numbers of 8, 12 or 13 digits in a Digital Link are read as if their leading zeros stood there; else they are
  /// a fault (`dl.zero_suppressed`).
  public var acceptsZeroSuppressed: Bool
  /// A key or qualifier in the path before the key of a Digital Link is a fault (`dl.key_in_stem`), else a flag.
  public var refusesKeyInStem: Bool
  /// An HIBC secondary label needs its primary label.
  public var requiresPrimary: Bool
  /// An ISO/IEC 15434 message without its end is a fault (`iso15434.envelope`), else a flag. Labels of component
  /// suppliers leave it out.
  public var requiresTrailer: Bool
  /// Every data identifier of an ISO/IEC 15434 message needs a value; else one without is a flag, unless it names an item,
  /// lot, serial, date, quantity or container. Bags of component suppliers carry an order number without value.
  public var requiresValues: Bool

  /// For labels that go out: everything is judged, every label stands for itself.
  public static let strict = LabelProfile(
    name: "strict", requiresCompanions: true, refusesExclusions: true, acceptsZeroSuppressed: false,
    refusesKeyInStem: true, requiresPrimary: true, requiresTrailer: true, requiresValues: true)

  /// For labels of suppliers: symbols may be joined to an item later.
  public static let receiving = LabelProfile(
    name: "receiving", requiresCompanions: false, refusesExclusions: true, acceptsZeroSuppressed: false,
    refusesKeyInStem: false, requiresPrimary: false, requiresTrailer: false, requiresValues: false)

  /// A profile of one's own.
  public init(
    name: String, requiresCompanions: Bool, refusesExclusions: Bool, acceptsZeroSuppressed: Bool,
    refusesKeyInStem: Bool, requiresPrimary: Bool, requiresTrailer: Bool, requiresValues: Bool = true
  ) {
    self.name = name
    self.requiresCompanions = requiresCompanions
    self.refusesExclusions = refusesExclusions
    self.acceptsZeroSuppressed = acceptsZeroSuppressed
    self.refusesKeyInStem = refusesKeyInStem
    self.requiresPrimary = requiresPrimary
    self.requiresTrailer = requiresTrailer
    self.requiresValues = requiresValues
  }
}
