-- Implantable infusion pump, Novitas: retired on 2023-11-02 and kept for claims of its time.
-- It restated the NCD, which goes on alone. From 2023-11-03 on asking for it finds no version.

policy "cms.l35112" {
  extends  = "ncd.280-14",
  title    = "Implantable infusion pump, Novitas (retired)",
  source   = "CMS LCD L35112, article A56778",
  version  = "retired 2023-11-02",
  in_force = { from = "2016-01-01", to = "2023-11-02" },
}
