import Testing

@testable import BatchRecord

/// Rows of the outbox as batch production records.
@Suite struct BatchMLMovementTests {
  static let receipt =
    #"{"at":"2026-11-21T10:04:11.250000Z","delivery":"PO-55-1","event":1207,"event_hash":"5d00112233445566778899","#
    + #""item":"FILM-70","material_lot":"ML-000007","movement":"receipt","person":"P-12","quantity":"500.25","#
    + #""station":"dock","supplier_lot":"S-<1009>","unusable_from":"2032-01-01T00:00:00.000000Z"}"#

  @Test func aReceiptBecomesOneEvent() throws {
    let text = String(decoding: try RecordRendering.batchML(ofMovement: Array(Self.receipt.utf8)), as: UTF8.self)
    #expect(text.contains("<ID>lotwire:movement:000000001207:5d00112233445566</ID>"))
    #expect(text.contains("<LotID>ML-000007</LotID>"))
    #expect(text.contains("<EventSubType OtherValue=\"receipt\">Other</EventSubType>"))
    #expect(text.contains("<ValueString>500.25</ValueString>"))
    #expect(text.contains("<ValueString>S-&lt;1009&gt;</ValueString>"))
    #expect(text.ranges(of: "<Event>").count == 1)
  }

  @Test func aReportOfProductionBecomesOneEvent() throws {
    let report =
      #"{"at":"2026-11-21T10:04:11.250000Z","event":9,"event_hash":"ab","good":"96","lot":"L-1","person":"P-1","#
      + #""report":"quantities","scrap":[{"quantity":"3","reason":"burnt"}],"unit":"pcs","work_order":"WO-1"}"#
    let text = String(decoding: try RecordRendering.batchML(ofMovement: Array(report.utf8)), as: UTF8.self)
    #expect(text.contains("<ID>lotwire:report:000000000009:ab</ID>"))
    #expect(text.contains("<EventSubType>Produce</EventSubType>"))
    #expect(text.contains("<AttributeID>data.scrap.0.reason</AttributeID>"))
  }

  @Test(arguments: [
    ("{", "not_json"), ("{}", "not_a_movement"), (#"{"movement":"receipt"}"#, "not_a_movement"),
    (#"{"movement":"receipt","material_lot":"M"}"#, "not_a_movement"),
    (#"{"movement":"receipt","material_lot":"M","event":1}"#, "not_a_movement"),
  ])
  func whatIsNoMovementIsRefused(payload: String, code: String) {
    #expect(throws: RenderingFault.self) { try RecordRendering.batchML(ofMovement: Array(payload.utf8)) }
    do throws(RenderingFault) {
      _ = try RecordRendering.batchML(ofMovement: Array(payload.utf8))
    } catch {
      #expect(error.code == code)
    }
  }
}
