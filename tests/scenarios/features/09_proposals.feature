# SPDX-License-Identifier: Apache-2.0
Feature: The same facts, the same answer
  Most knipperlichten repeat what was answered before. The software proposes the same code and says why; a person decides.

  Scenario: The same employer a month later
    Given Anna has a leefloon dossier
    And POD MI accepted X-COUNTED for Anna's work at employer 190000432 in May 2026
    When POD MI sends a knipperlicht about Anna's work at employer 190000432 in June 2026
    Then X-COUNTED is proposed for it, with the reason in nl, fr, de and en

  Scenario: Another employer is not the same
    Given Anna has a leefloon dossier
    And POD MI accepted X-COUNTED for Anna's work at employer 190000432 in May 2026
    When POD MI sends a knipperlicht about Anna's work at employer 190000531 in June 2026
    Then nothing is proposed for it

  Scenario: A refused answer proves nothing
    Given Anna has a leefloon dossier
    And POD MI refused X-COUNTED for Anna's work at employer 190000432 in May 2026
    When POD MI sends a knipperlicht about Anna's work at employer 190000432 in June 2026
    Then nothing is proposed for it

  Scenario: Under the new number of the person too
    Given Anna has a leefloon dossier
    And POD MI accepted X-COUNTED for Anna's work at employer 190000432 in May 2026
    When Anna's number is replaced
    And POD MI sends a knipperlicht about Anna's work at employer 190000432 in June 2026
    Then X-COUNTED is proposed for it, with the reason in nl, fr, de and en

  Scenario: Nothing is sent by itself
    Given Anna has a leefloon dossier
    And POD MI accepted X-COUNTED for Anna's work at employer 190000432 in May 2026
    When POD MI sends a knipperlicht about Anna's work at employer 190000432 in June 2026
    And X-COUNTED is proposed for it
    Then POD MI has no answer about it

  Scenario: Els reviews the proposals and sends them in one step
    Given Anna has a leefloon dossier
    And POD MI accepted X-COUNTED for Anna's work at employer 190000432 in April 2026
    When POD MI sends a knipperlicht about Anna's work at employer 190000432 in May 2026
    And POD MI sends a knipperlicht about Anna's work at employer 190000432 in June 2026
    And Els reviews what is proposed and sends it
    Then all of them are closed
    And their history says that Els reviewed them

  Scenario: Without a person nothing goes
    Given Anna has a leefloon dossier
    And POD MI accepted X-COUNTED for Anna's work at employer 190000432 in May 2026
    When POD MI sends a knipperlicht about Anna's work at employer 190000432 in June 2026
    Then sending the proposals without a person is refused
