-- Epidural steroid injections, eviCore CMM-200 as several plans use it: the text of the
-- Medicare family with other numbers, and a shorter way to a repeat.

policy "evicore.epidural-injections" {
  extends  = "cms.epidural-injections",
  title    = "Epidural steroid injections, eviCore",
  source   = "eviCore CMM-200",
  in_force = { from = "2025-01-01" },
  parameters = { relief_lasts = weeks(2) },
}
