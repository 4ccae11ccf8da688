#include "PlainCCharts.h"

#include <math.h>

// One bit for each rule, in the order of Nelson's tests.
static inline uint32_t take(charts_rules *s, double x, const charts_lines *l) {
  uint32_t beyond_three = (x > l->upper_three) | (x < l->lower_three);
  s->above = s->above << 1 | (x > l->center);
  s->below = s->below << 1 | (x < l->center);
  s->above_one = s->above_one << 1 | (x > l->upper_one);
  s->below_one = s->below_one << 1 | (x < l->lower_one);
  s->above_two = s->above_two << 1 | (x > l->upper_two);
  s->below_two = s->below_two << 1 | (x < l->lower_two);
  uint32_t has_previous = s->seen > 0;
  s->up = s->up << 1 | (has_previous & (x > s->previous));
  s->down = s->down << 1 | (has_previous & (x < s->previous));
  s->previous = x;
  s->seen += s->seen < 32;

  uint32_t a = s->above, b = s->below, a1 = s->above_one, b1 = s->below_one, a2 = s->above_two, b2 = s->below_two;
  uint32_t fired = beyond_three;
  fired |= (uint32_t)((~a & 0x1ff) == 0 || (~b & 0x1ff) == 0) << 1;
  fired |= (uint32_t)((~s->up & 0x1f) == 0 || (~s->down & 0x1f) == 0) << 2;
  uint32_t zig = (s->up & 0x1555) | (s->down & 0x0aaa), zag = (s->down & 0x1555) | (s->up & 0x0aaa);
  fired |= (uint32_t)(zig == 0x1fff || zag == 0x1fff) << 3;
  fired |= (uint32_t)(((a2 & 1) && (a2 & 6)) || ((b2 & 1) && (b2 & 6))) << 4;
  uint32_t not_a = ~a1 & 0x1f, not_b = ~b1 & 0x1f;
  fired |= (uint32_t)(((a1 & 1) && (not_a & (not_a - 1)) == 0) || ((b1 & 1) && (not_b & (not_b - 1)) == 0)) << 5;
  fired |= (uint32_t)(((a1 | b1) & 0x7fff) == 0 && s->seen >= 15) << 6;
  fired |= (uint32_t)(((a1 | b1) & 0xff) == 0xff && (a1 & 0xff) && (b1 & 0xff)) << 7;
  return fired;
}

int64_t charts_take_rules(charts_rules *states, const charts_lines *lines, int64_t charts, const double *values,
                          int64_t value_count, int64_t points) {
  int64_t fired = 0, chart = 0;
  for (int64_t point = 0; point < points; point++) {
    fired += take(&states[chart], values[point & (value_count - 1)], &lines[chart]) != 0;
    if (++chart == charts) chart = 0;
  }
  return fired;
}

static inline int take_all(charts_core *s, double x, const charts_limits *l) {
  uint32_t fired = take(&s->rules, x, &l->lines);
  const double lambda = 0.2, width = 2.962, reference = 0.5, interval = 5;
  s->average = lambda * x + (1 - lambda) * s->average;
  s->variance = (1 - lambda) * (1 - lambda) * s->variance + lambda * lambda * l->sigma * l->sigma;
  double half = width * sqrt(s->variance);
  int out = s->average > l->target + half || s->average < l->target - half;
  double y = (x - l->target) / l->sigma;
  double high = s->high + y - reference, low = s->low - y - reference;
  s->high = high > 0 ? high : 0;
  s->low = low > 0 ? low : 0;
  s->points_high = high > 0 ? s->points_high + 1 : 0;
  s->points_low = low > 0 ? s->points_low + 1 : 0;
  out |= s->high > interval || s->low > interval;
  s->count++;
  double difference = x - s->mean;
  s->mean += difference / (double)s->count;
  s->squares += difference * (x - s->mean);
  return fired != 0 || out;
}

int64_t charts_take_all(charts_core *states, const charts_limits *limits, int64_t charts, const double *values,
                        int64_t value_count, int64_t points) {
  int64_t fired = 0, chart = 0;
  for (int64_t point = 0; point < points; point++) {
    fired += take_all(&states[chart], values[point & (value_count - 1)], &limits[chart]);
    if (++chart == charts) chart = 0;
  }
  return fired;
}
