"""The programs behind the portal: workers that carry out processes, and the schedule that rings them."""
