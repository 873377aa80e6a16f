"""Onboarding: an account becomes a tenant reseller, and what its maker keeps of it afterwards."""
