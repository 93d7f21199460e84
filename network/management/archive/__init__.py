"""The demonstration's ten-year archive: old bodies, people and terms here, their papers in the apps to the right."""
