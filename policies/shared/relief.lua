-- relief.lua - how a result is measured: words that several policies share.
--
-- A percentage counts only together with the scale it was measured on and the day.

local relief = {}

-- A value on any named scale of pain or function.
relief.on_a_scale = any_of {
  fact "pain.scale" :present(), fact "pain.nrs" :present(), fact "pain.vas" :present(),
  fact "function.odi" :present(), fact "function.ndi" :present(), fact "function.roland_morris" :present(),
  fact "function.promis_pf" :present(), fact "function.promis_pi" :present(), fact "function.peg" :present(),
}

-- Those of the records that relieved so much, and of which scale and day are known.
function relief.at_least(records_of, amount)
  return records_of
    :with "relief_percent" :at_least(amount)
    :with "scale" :present()
    :with "measured_on" :present()
end

-- The last of them: how much, how long, and measured how.
function relief.of_last(last, amount)
  return last:field "relief_percent" :at_least(amount)
end

-- As somebody said it lasted, and as late as it was measured.
function relief.lasted(last, span)
  return all_of {
    last:field "relief_for" :at_least(span),
    (last:field "measured_on" - last:field "performed") :at_least(span),
  }
end

function relief.measured(last)
  return all_of {
    last:field "measured_on" :present(),
    last:field "scale" :agrees_with(fact "pain.scale"),
  }
end

-- Function instead of pain, on the same scale.
function relief.of_function(amount)
  return any_of {
    fact "repeat.function_percent" :at_least(amount),
    fact "repeat.function_improved" :is "yes",
  }
end

-- Levels of one session, each side by itself.
function relief.levels_a_side(today, most)
  return all_of {
    today { side = { "right", "bilateral" } } :sum "levels" :at_most(most),
    today { side = { "left", "bilateral" } } :sum "levels" :at_most(most),
  }
end

return relief
