# SPDX-License-Identifier: Apache-2.0
Feature: Files as they come
  Lists come in many shapes. What can be read becomes data; what cannot is delivered as it is, and said; one bad row never
  loses another.

  Scenario Outline: A list <shape>
    Given Anna has a leefloon dossier
    When POD MI sends a list of forms in reception <shape> that names Anna
    Then the list was read, 2 rows and 0 bad ones
    And Anna's notice is there, with her name as it is written

    Examples:
      | shape                                 |
      | in UTF-8                              |
      | in UTF-8 with a byte order mark       |
      | in Windows-1252                       |
      | with line feeds only                  |
      | with tabs                             |
      | with a line break inside quotes       |
      | inside a ZIP file                     |

  Scenario: Amounts with a decimal comma
    Given Anna has a leefloon dossier
    When the administrator has a layout for lists with euros and a comma
    And POD MI sends such a list that pays Anna "1.234,56"
    Then the layout test reads 123456 eurocents

  Scenario: One bad row never loses the others
    Given Anna has a leefloon dossier
    When POD MI sends a list of forms in reception with a wrong national number on line 3 that names Anna
    Then the list was read, 2 rows and 1 bad one
    And line 3 is listed with its reason, without a national number
    And Anna's notice is there, with her name as it is written

  Scenario: XML with a prefix that nobody expected
    Given Anna has a leefloon dossier
    When POD MI sends a knipperlicht about Anna's pension that no list will have
    And POD MI sends a list of that knipperlicht as XML with prefix "zot"
    Then it came by mutation and monthly list

  Scenario: A ZIP file in a ZIP file is refused
    When POD MI sends a list inside a ZIP file inside a ZIP file
    Then the list was not read, for reason "zip.nested"
    And the file itself is delivered

  Scenario: A ZIP bomb is refused
    When POD MI sends a ZIP file that grows without end
    Then the list was not read, for reason "zip.too_large"
    And the file itself is delivered

  Scenario Outline: <kind> files are stored and delivered
    When POD MI sends a <kind> file
    Then the list was not read, for reason "document.not_rows"
    And the file itself is delivered

    Examples:
      | kind |
      | PDF  |
      | DOC  |

  Scenario: Somebody tries a layout on a real file before using it
    Given Anna has a leefloon dossier
    When the administrator tries the layouts on a list with a wrong national number on line 3
    Then the test says what it read row by row, and why line 3 failed

  Scenario: Columns that are not those of the layout
    When the administrator tries the layouts on a list whose columns nobody knows
    Then the test says that no layout fits
