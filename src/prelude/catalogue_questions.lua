-- catalogue_questions.lua - the two shapes that most facts of the catalogue have:
-- a question of yes or no, and one of a few choices.

local fact = ...

local function with(entry, more)
  for key, value in next, more or {} do entry[key] = value end
  return entry
end

local function yes(path, question, document, more)
  fact(path, with({ kind = "yes-no", question = question, document = document }, more))
end

local function one(path, choices, question, document, more)
  fact(path, with({ kind = "choice", choices = choices, question = question, document = document }, more))
end

return yes, one
