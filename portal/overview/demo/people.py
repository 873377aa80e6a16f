"""The invented firms and people of the demo."""

from __future__ import annotations

from dataclasses import dataclass

RESELLER, CUSTOMER = "reseller", "customer"


@dataclass(frozen=True, slots=True)
class Firm:
    """A firm, the person one talks to, and where it is."""

    name: str
    kind: str
    country: str
    contact: str
    role: str
    city: str

    @property
    def domain(self) -> str:
        words = "".join(letter if letter.isalnum() else " " for letter in self.name.lower()).split()
        return f"{words[0]}-{words[1]}.example" if len(words) > 1 else f"{words[0]}.example"

    @property
    def email(self) -> str:
        return f"{self.contact.lower().replace(' ', '.')}@{self.domain}"


# country -> (currency, language, time zone)
PLACES = {
    "US": ("USD", "en", "America/Chicago"),
    "GB": ("EUR", "en", "Europe/London"),
    "IE": ("EUR", "en", "Europe/Dublin"),
    "DE": ("EUR", "de", "Europe/Berlin"),
    "AT": ("EUR", "de", "Europe/Vienna"),
    "NL": ("EUR", "en", "Europe/Amsterdam"),
    "NO": ("EUR", "en", "Europe/Oslo"),
}

STAFF = (
    ("Maria Keller", "maria.keller", "administrator"),
    ("Tom Okafor", "tom.okafor", "sales"),
    ("Ines Duarte", "ines.duarte", "finance"),
    ("Samir Haddad", "samir.haddad", "support"),
    ("Lena Voss", "lena.voss", "read_only"),
)

HALCYON = Firm("Halcyon Works", RESELLER, "US", "Nora Whitfield", "Managing director", "Madison")
NORDLICHT = Firm("Nordlicht IT", RESELLER, "DE", "Jonas Lindqvist", "Owner", "Kiel")
LUMEN = Firm("Lumen Ostsee", RESELLER, "DE", "Wiebke Harms", "Managing director", "Rostock")
FJORDLINE = Firm("Fjordline Digital", RESELLER, "NO", "Ingrid Solheim", "Head of cloud", "Bergen")

FIRMS = (
    HALCYON,
    NORDLICHT,
    LUMEN,
    FJORDLINE,
    Firm("Kestrel Managed Services", RESELLER, "US", "Dana Pruitt", "Partner manager", "Columbus"),
    Firm("Brightwater Cloud", RESELLER, "US", "Owen Castellano", "Owner", "Duluth"),
    Firm("Hafenkante Systeme", RESELLER, "DE", "Torben Riecken", "Managing director", "Hamburg"),
    Firm("Alpenglow Informatik", RESELLER, "AT", "Magdalena Huber", "Owner", "Innsbruck"),
    Firm("Oakmere Technology", RESELLER, "GB", "Priya Raman", "Operations director", "Leeds"),
    Firm("Liffey Bridge Computing", RESELLER, "IE", "Declan Moriarty", "Owner", "Dublin"),
    Firm("Polder Networks", RESELLER, "NL", "Sanne de Wit", "Sales director", "Utrecht"),
    Firm("Cedar Ridge IT", RESELLER, "US", "Marcus Bell", "Owner", "Boise"),
    Firm("Adler and Finch Architects", CUSTOMER, "US", "Beatrice Finch", "Office manager", "Chicago"),
    Firm("Bluestem Veterinary Group", CUSTOMER, "US", "Harold Nakai", "IT lead", "Wichita"),
    Firm("Corvid Press", CUSTOMER, "US", "Leah Sandoval", "Publisher", "Portland"),
    Firm("Dovetail Joinery", CUSTOMER, "US", "Walt Emerson", "Owner", "Asheville"),
    Firm("Elmhurst Dental Partners", CUSTOMER, "US", "Grace Oyelaran", "Practice manager", "Elmhurst"),
    Firm("Falling Water Legal", CUSTOMER, "US", "Stuart Kimble", "Partner", "Pittsburgh"),
    Firm("Granite State Surveyors", CUSTOMER, "US", "Ruth Ames", "Office manager", "Concord"),
    Firm("Harbor Light Logistics", CUSTOMER, "US", "Victor Salas", "Head of IT", "Savannah"),
    Firm("Ironwood Outfitters", CUSTOMER, "US", "Carla Mendes", "Buyer", "Tucson"),
    Firm("Juniper Hill School", CUSTOMER, "US", "Peter Grady", "Principal", "Santa Fe"),
    Firm("Backhaus Lindemann", CUSTOMER, "DE", "Renate Lindemann", "Inhaberin", "Oldenburg"),
    Firm("Deichgraf Ingenieure", CUSTOMER, "DE", "Hauke Petersen", "IT-Leiter", "Husum"),
    Firm("Elbtal Druckerei", CUSTOMER, "DE", "Katja Mertens", "Einkauf", "Dresden"),
    Firm("Findling Landschaftsbau", CUSTOMER, "DE", "Ole Brandt", "Inhaber", "Schwerin"),
    Firm("Glashaus Optik", CUSTOMER, "DE", "Miriam Seidel", "Filialleitung", "Leipzig"),
    Firm("Hansekontor Spedition", CUSTOMER, "DE", "Rainer Vogt", "IT-Leiter", "Bremen"),
    Firm("Isarwerk Maschinenbau", CUSTOMER, "DE", "Sabine Kurz", "Einkauf", "Landshut"),
    Firm("Kiebitz Apotheke", CUSTOMER, "DE", "Armin Tesch", "Inhaber", "Emden"),
    Firm("Lindenhof Pflege", CUSTOMER, "DE", "Ulrike Bahr", "Verwaltung", "Celle"),
    Firm("Murmel Spielwaren", CUSTOMER, "AT", "Franz Leitner", "Inhaber", "Graz"),
    Firm("Almrausch Hotels", CUSTOMER, "AT", "Eva Rainer", "IT-Leitung", "Zell am See"),
    Firm("Merrow Shipping Agents", CUSTOMER, "IE", "Aoife Brennan", "Operations", "Cork"),
    Firm("Quillfeather Books", CUSTOMER, "GB", "Simon Ashdown", "Owner", "Hay-on-Wye"),
    Firm("Redbrick Housing Trust", CUSTOMER, "GB", "Amara Nwosu", "Head of digital", "Salford"),
    Firm("Saltmarsh Brewing", CUSTOMER, "GB", "Ellen Crowe", "Manager", "Whitstable"),
    Firm("Tulpenveld Seeds", CUSTOMER, "NL", "Bram Hoekstra", "IT lead", "Lisse"),
    Firm("Vindkraft Vest", CUSTOMER, "NO", "Sigrid Aune", "IT-sjef", "Stavanger"),
    Firm("Windrose Aviation Parts", CUSTOMER, "US", "Gil Thornton", "Purchasing", "Dayton"),
)

# who pays for whom: customers that are billed to a reseller
BILLED_TO = {
    "Bluestem Veterinary Group": "Kestrel Managed Services",
    "Granite State Surveyors": "Brightwater Cloud",
    "Elbtal Druckerei": "Hafenkante Systeme",
    "Murmel Spielwaren": "Alpenglow Informatik",
}
