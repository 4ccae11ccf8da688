/// One subscriber and the way to it.
public struct NotificationSubscription: Sendable {
  public var name: String
  public var connector: any NotificationConnector
  /// From this age on a waiting message is named late, in microseconds.
  public var lateAfterMicroseconds: Int64

  public static let defaultLateAfterMicroseconds: Int64 = 300_000_000

  public init(
    name: String, connector: any NotificationConnector,
    lateAfterMicroseconds: Int64 = NotificationSubscription.defaultLateAfterMicroseconds
  ) {
    self.name = name
    self.connector = connector
    self.lateAfterMicroseconds = lateAfterMicroseconds
  }
}
