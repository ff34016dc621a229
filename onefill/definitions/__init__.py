"""What a form is: YAML files become typed definitions, checked for every fault at once."""
