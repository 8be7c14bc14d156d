"""Everything that touches a disk: tables, censuses, plans, reference schedules, scenario files, city folders."""
