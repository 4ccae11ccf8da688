/// A rule of the site for its own plain codes: what begins with `prefix` is a badge, a lot and so on. The first rule of
/// the list that matches decides.
public struct SiteRule: Hashable, Sendable {
  /// Compared exactly, case included; an empty prefix matches everything.
  public var prefix: String
  /// What such codes are.
  public var meaning: LabelReading.Meaning
  /// The prefix is not part of the name and is taken off.
  public var strip: Bool

  /// A rule; see the properties.
  public init(prefix: String, meaning: LabelReading.Meaning, strip: Bool) {
    self.prefix = prefix
    self.meaning = meaning
    self.strip = strip
  }
}
