"""Pages of the room: residents' pages, voting, the team's pages, proposals, slips, entry, results."""
