/// Joins an HIBC secondary label to its primary label. The two are scanned one after the other; the link character of the
/// secondary is the check character of the primary (ANSI/HIBC 2.6, section 2.3).
///
/// The link is one of 43 characters: a wrong pair passes once in 43 times. Whether two labels lie on one package is seen
/// by the person who scans, not by this check.
public struct HIBCPair: Hashable, Sendable {
  public let primary: LabelReading
  public let secondary: LabelReading
  /// What both say together: the secondary with the keys of the primary in front; `raw` and `text` are those of the
  /// secondary.
  public let joined: LabelReading

  /// Joins two readings of `LabelReader`, given in this order. A secondary that carries `hibc.unlinked` is accepted:
  /// here comes its primary.
  ///
  /// - Throws: `hibc.unlinked` where the first is no primary label alone or the second no secondary, or where one of them
  ///   has another fault; `hibc.link` where the link character is not the check character of the primary.
  public init(primary: LabelReading, secondary: LabelReading) throws(LabelFault) {
    guard primary.faults.isEmpty, primary.isPrimaryAlone else {
      throw LabelFault(.hibcUnlinked, at: 0, read: primary.raw)
    }
    guard secondary.faults.allSatisfy({ $0.name == .hibcUnlinked }), !secondary.isPrimaryAlone,
      let link = secondary.linkCharacter
    else { throw LabelFault(.hibcUnlinked, at: 0, read: secondary.raw) }
    guard link == primary.linkCharacter else {
      throw LabelFault(.hibcLink, at: max(0, secondary.raw.count - 2), read: link.utf8)
    }
    self.primary = primary
    self.secondary = secondary
    var both = secondary
    both.keys = primary.keys + secondary.keys
    both.other = primary.other + secondary.other
    both.faults = []
    both.flags = primary.flags.filter { !secondary.flags.contains($0) } + secondary.flags
    both.flags.removeAll { $0 == .unlinkedSecondary || $0 == .noItem }
    both.linkCharacter = nil
    joined = both
  }
}
