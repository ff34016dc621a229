"""Rendering beside the engines that people would use instead."""
