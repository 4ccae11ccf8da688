extension Schema {
  /// Gaps and alarms end, nearly all within a day; those that lasted longer are few and have an index of their own. So what
  /// reached into a run is found near its start, however many there were before it.
  static let evidence = """
    CREATE INDEX gap_long ON gap (station, since) WHERE until IS NULL OR until - since > 86400000000;
    CREATE INDEX alarm_long ON alarm (station, raised_at)
      WHERE returned_at IS NULL OR returned_at - raised_at > 86400000000;
    """
}
