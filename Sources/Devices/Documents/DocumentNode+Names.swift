public import Shopfloor

extension DocumentNode {
  /// A name under the rule for names; reports why it was not taken.
  public func name<Kind>(_ kind: Kind.Type, _ remedy: String) -> Identifier<Kind>? {
    guard let text = string(remedy) else { return nil }
    do throws(OutsideTextFault) {
      return try Identifier<Kind>(text)
    } catch {
      fault("\"\(displayable(text, maximumCharacters: 60))\" cannot be a name: \(error.words.english)", remedy)
      return nil
    }
  }

  /// A length of time written as seconds, into microseconds.
  public func seconds(in range: ClosedRange<Double>, _ remedy: String) -> Int64? {
    guard let value = number(remedy) else { return nil }
    guard range.contains(value) else {
      fault("\(value) s is outside \(range.lowerBound) to \(range.upperBound) s", remedy)
      return nil
    }
    return Int64((value * 1_000_000).rounded())
  }
}
