# SPDX-License-Identifier: Apache-2.0
Feature: Feedback codes
  The list of codes is not public; ours is a stand-in, marked X-, until the administrator loads the one of POD MI.

  Scenario: Every code has its text in nl, fr and de
    Then every feedback code has a text in nl, fr and de
    And every feedback code says that it is of this project

  Scenario: A code that is not on the list is refused before it is sent
    When POD MI sends a knipperlicht about Anna's work
    Then Els cannot answer it with X-NOTHING
    And POD MI has no answer about it

  Scenario: A faulty table is refused with every row that is wrong
    When the administrator checks a table of codes with 2 faulty rows
    Then both rows are named with what is wrong

  Scenario: The table of POD MI takes the place of ours, and ours may come back
    When the administrator loads a table of codes with "17" in it
    And POD MI sends a knipperlicht about Anna's work
    And Els answers it with 17
    Then the answer with 17 is on its way
    When the administrator goes back to the table before
    Then every feedback code says that it is of this project

  Scenario: A future table waits beside the present one
    When the administrator prepares a table of codes from 1 January 2030
    Then every feedback code says that it is of this project
    And the comparison says what will be new and what will be gone
    And the administrator withdraws it
