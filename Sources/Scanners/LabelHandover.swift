import Devices
import Labels
import Shopfloor

/// Hands the labels of one scanner to the recorder's inbox and counts what becomes of them.
struct LabelHandover: Sendable {
  let device: DeviceName
  let station: StationName
  let reader: LabelReader
  let inbox: any RecorderInbox
  let book: LinkBook

  /// False where the inbox is full; `onAnswer` is then not called.
  @discardableResult
  func submit(
    _ text: ScannedText, at time: Timestamp, onAnswer: (@Sendable (CommandAnswer) -> Void)? = nil
  ) -> Bool {
    // The identifier of the symbology, which HID POS gives apart, stands where other scanners write it.
    let bytes = Array((text.aimIdentifier ?? "").utf8) + text.bytes
    let label = ScannedLabel(reader.read(bytes, referenceYear: time.year), from: text)
    let book = book
    book.count {
      $0.requests += 1
      if label.fault != nil { $0.malformed += 1 }
    }
    let isTaken = inbox.submit(
      .scan(label, station: station), from: device, at: time,
      answer: { answer in
        book.count {
          $0.replies += 1
          if !answer.isAccepted { $0.exceptions += 1 }
        }
        onAnswer?(answer)
      })
    if !isTaken { book.count { $0.turnedAway += 1 } }
    return isTaken
  }
}
