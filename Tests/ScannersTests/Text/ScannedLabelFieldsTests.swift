import Labels
import Scanners
import Shopfloor
import Testing

/// What the floor gets of the fields of a label.
@Suite struct ScannedLabelFieldsTests {
  private func label(_ text: String) -> ScannedLabel {
    ScannedLabel(LabelReader().read(Array(text.utf8), referenceYear: 2026))
  }

  @Test func aCountIsInPiecesAndTheMeasureBesideIt() {
    let both = label("]d20109521234543213310300450030" + "12")
    #expect(both.quantity == Quantity(12))
    #expect(both.quantityUnit == "pcs")
    #expect(both.measure == Quantity(decimal: "4.5"))
    #expect(both.measureUnit == "kg")
    let weight = label("]d201095212345432133103004500")
    #expect(weight.quantity == Quantity(decimal: "4.5"))
    #expect(weight.quantityUnit == "kg")
    #expect(weight.measure == weight.quantity)
  }

  @Test func aFieldThatMayBeCutOffOrTooLongIsDoubtful() {
    #expect(label("[)>\u{1E}06\u{1D}1PX-1\u{1D}Q12").isLotDoubtful)
    #expect(label("[)>\u{1E}06\u{1D}Q12\u{1D}1PX-1").isLotDoubtful)
    #expect(!label("[)>\u{1E}06\u{1D}1PX-1\u{1D}Q12\u{1E}\u{4}").isLotDoubtful)
    #expect(label("]d2010952123454321321SN17270131").isLotDoubtful)
  }

  @Test func twoLabelsOfHIBCAreLinkedInEveryForm() {
    for text in ["+A123BJC5D6E71G", "*+A123BJC5D6E71G*", "+$$52001510X3GD", "*+$$52001510X3GD*"] {
      #expect(label(text).link == "G", "\(text)")
    }
    #expect(label("+A99912345/$10X3/16D20111231/14D202001313").link == nil)
    #expect(label("]d20109521234543213").link == nil)
  }

  @Test func aQuantityInAnAgreedUnitHasNone() {
    let agreed = label("[)>\u{1E}06\u{1D}1PX-1\u{1D}Q12.5\u{1E}\u{4}")
    #expect(agreed.quantity == Quantity(decimal: "12.5"))
    #expect(agreed.quantityUnit == nil)
    #expect(agreed.measure == nil)
  }
}
